// SPDX-License-Identifier: Apache-2.0
#pragma once
// Objects of the simulated Kubernetes API as the table that kubectl prints: of a custom kind the columns that its
// definition names by JSON path, of a built-in one those that a real server shows. The one idea is that a row holds
// values and no layout, and that ages are told from one moment. Pure, any thread; nothing fails: a cell without a value
// is null.
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "worlds/kube_show.hpp"

namespace originpull::worlds {

// `with_columns`: false in all but the first frame of a watch.
std::string table_of_list(const KubeView&, const KubePage&);
std::string table_of_object(const KubeView&, const KubeObject&, bool with_columns);

// What a JSON path of a definition finds: fields, ['unions'], [indices], [*] and [?(@.filters=="of a text")].
std::vector<const nlohmann::json*> json_path(const nlohmann::json& object, std::string_view path);
// "42s", "7m30s", "3d4h": as kubectl says how long ago.
std::string human_duration(Seconds);

}  // namespace originpull::worlds
