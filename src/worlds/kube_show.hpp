// SPDX-License-Identifier: Apache-2.0
#pragma once
// How objects of the simulated Kubernetes API look to who asks: whole, as metadata alone, or as rows of a table; in the
// version and kind that the path names. Pure, any thread, cannot fail.
// The last step of each answer, made outside the lock from objects that nobody changes any more. The one idea: what
// was written once as text is shown as that text.
#include <string>
#include <utility>
#include <vector>

#include "base/time.hpp"
#include "worlds/kube_list_options.hpp"
#include "worlds/kube_store.hpp"

namespace originpull::worlds {

struct KubeView {
  KubeTypePtr type;
  KubeForm form = {};
  std::string include = {};  // of tables: "None", "Object"; else the metadata
  Wall now{};                // ages are told from here
};

std::string show_object(const KubeView&, const KubeObject&);
// As one frame of a watch shows it; `first`: a table tells its columns.
std::string show_watched(const KubeView&, const KubeObject&, bool first);
std::string show_bookmark(const KubeView&, std::int64_t version, bool initial_end);

struct KubePage {
  std::int64_t version = 0;
  std::vector<KubeObjectPtr> items = {};
  std::string continue_token = {};
  std::int64_t remaining = -1;
};
std::string show_list(const KubeView&, const KubePage&);

}  // namespace originpull::worlds
