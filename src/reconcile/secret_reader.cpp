// SPDX-License-Identifier: Apache-2.0
#include "reconcile/secret_reader.hpp"

#include <algorithm>

#include "base/base64.hpp"
#include "json/decoder.hpp"

namespace originpull::reconcile {
namespace {

const kube::ResourceType kSecrets{.group = {}, .version = "v1", .plural = "secrets", .kind = "Secret"};

Secret problem(api::Reason reason, std::string detail) { return {.problem = reason, .detail = std::move(detail)}; }

// Wipes the text it is given, however the reading ends.
struct Wiped {
  std::string text;
  explicit Wiped(std::string t) : text(std::move(t)) {}
  ~Wiped() { wipe(text); }
  Wiped(const Wiped&) = delete;
  Wiped& operator=(const Wiped&) = delete;
};

Result<Secret> decode(const kube::ObjectKey& key, const std::string& text, const std::vector<std::string>& keys) {
  const std::string attempted = "read Secret " + kube::to_string(key);
  json::Document document = TRY(json::parse(text));
  const struct WipeAtEnd {
    json::Document& document;
    ~WipeAtEnd() { document.wipe(); }
  } wipe_at_end{document};
  Secret secret;
  {
    json::Decoder object(document);
    secret.type = object.want<std::string>("type");
    json::Decoder meta = object.at("metadata");
    secret.uid = meta.need<std::string>("uid");
    secret.resource_version = meta.need<std::string>("resourceVersion");
    json::Decoder data = object.at("data");
    for (const std::string& name : keys) {
      Wiped encoded(data.want<std::string>(name));
      if (encoded.text.empty()) continue;
      if (encoded.text.size() > kLargestSecretValue * 4 / 3) {
        secret.problem = api::Reason::kSecretTooLarge;
        secret.detail = "Secret " + key.name + ": the value of " + name +
                        " is larger than 256 KiB. Put only one certificate, its chain and its key there.";
        continue;
      }
      auto value = decode_base64(encoded.text);
      if (!value) return fail(ErrorKind::kInternal, attempted, "the value of " + name + " is not base64");
      secret.values.emplace(name, SecretString(std::move(*value)));
    }
    if (object.failed()) return fail(ErrorKind::kInternal, attempted, object.fault());
  }
  return secret;
}

}  // namespace

Result<Secret> SecretReader::read(const kube::ObjectKey& key, const std::vector<std::string>& keys,
                                  const std::stop_token& stop) const {
  auto answer = client_.get(kSecrets, key, stop);
  if (!answer && answer.error().kind == ErrorKind::kNotFound)
    return Secret{
        .problem = api::Reason::kSecretNotFound,
        .detail = "Secret " + key.name + " does not exist in this namespace. Create it; nothing else is needed.",
        .absent = true};
  if (!answer) return fail(std::move(answer.error()));
  const Wiped text(std::move(*answer));
  const kube::ObjectMeta meta = TRY(kube::decode_meta(text.text));
  if (!selector_.matches(meta.labels)) {
    return problem(api::Reason::kSecretNotFound, "Secret " + key.name +
                                                     " does not bear the labels that this operator requires (" +
                                                     selector_.text() + "). Add them.");
  }
  return decode(key, text.text, keys);
}

}  // namespace originpull::reconcile
