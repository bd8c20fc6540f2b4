// SPDX-License-Identifier: Apache-2.0
#include "cli/trouble_sink.hpp"

namespace originpull::cli {

void TroubleSink::end_list(const std::string& resource_version) {
  trouble_.with([](auto& trouble) { trouble.reset(); });
  next_.end_list(resource_version);
}

void TroubleSink::troubled(const Error& error) {
  trouble_.with([&](auto& trouble) { trouble = error; });
  next_.troubled(error);
}

void TroubleSink::recovered() {
  trouble_.with([](auto& trouble) { trouble.reset(); });
  next_.recovered();
}

std::optional<Error> TroubleSink::trouble() const {
  return trouble_.look([](const auto& trouble) { return trouble; });
}

std::optional<std::string> unready(bool synced, const std::optional<Error>& trouble, const std::string& what,
                                   const std::string& advice) {
  if (!synced) {
    const std::string text = what + " have not been listed yet: " + advice;
    return trouble ? text + " Last attempt: " + describe(*trouble) : text;
  }
  if (trouble && (trouble->kind == ErrorKind::kDenied || trouble->kind == ErrorKind::kNotFound))
    return what + " cannot be watched any more: " + describe(*trouble);
  return std::nullopt;
}

}  // namespace originpull::cli
