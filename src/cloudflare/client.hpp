// SPDX-License-Identifier: Apache-2.0
#pragma once
// `Client` is Cloudflare's API as this operator needs it: zones, uploaded certificates of zone-level Authenticated
// Origin Pulls, and the three switches around them, with one API token. It asks its Budget first, sends once, never
// retries and never waits for a turn. Mutations are sent at most once and end within 5 s, and by `Ask::not_after`;
// reads within 15 s.
//
// Thread-safe; create one per token. Errors are those of error_table.hpp (`message` names the missing permission and
// Cloudflare's code; `code`, `http_status` and `ray` carry them too), of Budget::take and of Transport::send.
// kUnknownOutcome of a mutation: look before you act again. Nothing that Cloudflare answers can make it throw.
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.hpp"
#include "base/result.hpp"
#include "base/secret_string.hpp"
#include "cloudflare/budget.hpp"
#include "cloudflare/call.hpp"
#include "cloudflare/types.hpp"
#include "json/json.hpp"
#include "net/transport.hpp"

namespace originpull::cloudflare {

// Error::reason where a name is not enough to tell which zone is meant.
inline constexpr std::string_view kSeveralZones = "SeveralZones";

class Client {
 public:
  // `transport` is open to "https://api.cloudflare.com/client/v4" or whatever plays its part.
  Client(std::shared_ptr<net::Transport> transport, SecretString token, std::shared_ptr<Budget> budget, Log log,
         std::string user_agent = "origin-pull-operator");

  // Empty: the token can see no zone of that name or id. kInvalid with kSeveralZones: two of that name can be seen.
  Result<std::optional<Zone>> zone_by_name(const std::string& name, const Ask&);
  Result<std::optional<Zone>> zone_by_id(const std::string& zone, const Ask&);

  // May lag behind uploads, and hides what is being deleted. Read-your-writes holds only for `get_certificate`.
  Result<std::vector<Certificate>> list_certificates(const std::string& zone, const Ask&);
  // Also tombstones (kPendingDeletion, kDeleted). Empty: never heard of.
  Result<std::optional<Certificate>> get_certificate(const std::string& zone, const std::string& id, const Ask&);
  // Asynchronous: comes back as kPendingDeployment. kConflict with code 1406: Cloudflare has this leaf already, or
  // still.
  Result<Certificate> upload_certificate(const std::string& zone, std::string_view leaf_pem,
                                         const SecretString& key_pem, const Ask&);
  // Asynchronous: comes back as kPendingDeletion. Of one that is deleted or unknown already: kDeleted, without a `pem`.
  // kConflict with code 1434: it is still being deployed.
  Result<Certificate> delete_certificate(const std::string& zone, const std::string& id, const Ask&);

  // The zone-level switch. Both return what Cloudflare says is set.
  Result<bool> zone_level_enabled(const std::string& zone, const Ask&);
  Result<bool> set_zone_level(const std::string& zone, bool enabled, const Ask&);

  // `name`: "tls_client_auth" or "ssl". kInvalid with code 1057: the zone's plan does not allow it.
  Result<Setting> setting(const std::string& zone, std::string_view name, const Ask&);
  Result<Setting> set_setting(const std::string& zone, std::string_view name, std::string_view value, const Ask&);

 private:
  Result<json::Document> exchange(const Call&, std::string target, std::string body, const Ask&);
  Result<json::Document> judge(const Call&, const net::Response&);
  void tell(const Call&, const Error&, std::string_view said) const;

  std::shared_ptr<net::Transport> transport_;
  const SecretString token_;
  std::shared_ptr<Budget> budget_;
  Log log_;
  const std::string user_agent_;
};

}  // namespace originpull::cloudflare
