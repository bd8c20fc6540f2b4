// SPDX-License-Identifier: Apache-2.0
#pragma once
// CustomResourceDefinitions: from a definition as a client wrote it to the types that it defines, and the status by
// which a client sees that they are served. Schemas are compiled here, so share the catalogue that comes out of it.
// Pure, any thread. A definition that breaks the rules has causes; one whose schema this world cannot keep is refused.
// The one place that reads definitions; the world asks it whenever one was written.
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "worlds/kube_refusal.hpp"
#include "worlds/kube_types.hpp"

namespace originpull::worlds {

void normalise_definition(nlohmann::json& crd);
std::vector<KubeCause> faults_of_definition(const nlohmann::json& crd);
// Its served versions.
KubeOutcome<std::vector<KubeType>> types_of_definition(const nlohmann::json& crd);
// As the server's controllers leave it: names accepted, established.
nlohmann::json definition_status(const nlohmann::json& crd, const std::string& now);

// Of one whose kind or list kind another type of its group has: null if there is none. It waits until they are free.
nlohmann::json conflicting_status(const nlohmann::json& crd, const KubeCatalogue&, const std::string& now);

// The built-in catalogue and the types of these definitions, each as JSON text. A definition that is refused is the
// caller's own fault and ends the process.
std::shared_ptr<const KubeCatalogue> catalogue_with(const std::vector<std::string>& crds);

}  // namespace originpull::worlds
