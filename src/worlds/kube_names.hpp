// SPDX-License-Identifier: Apache-2.0
#pragma once
// The forms of names in the Kubernetes API: of objects, labels, annotations, finalizers and keys. Each function says
// what is wrong in the words of the API server, empty if nothing is. Pure, any thread, cannot fail.
// The one idea: a fault is a sentence, so a cause can be made of it as it stands. Selectors and the rules of
// metadata and Secrets use them.
#include <string>
#include <string_view>
#include <vector>

namespace originpull::worlds {

std::string wrong_with_subdomain(std::string_view name);                    // RFC 1123, up to 253 bytes
std::string wrong_with_label_name(std::string_view name);                   // RFC 1123 label, up to 63: a namespace
std::string wrong_with_path_segment(std::string_view name);                 // RBAC's names
std::vector<std::string> wrong_with_qualified_name(std::string_view name);  // "example.com/name", up to 63 after it
std::vector<std::string> wrong_with_label_value(std::string_view value);
std::vector<std::string> wrong_with_config_key(std::string_view key);  // of a Secret or ConfigMap

}  // namespace originpull::worlds
