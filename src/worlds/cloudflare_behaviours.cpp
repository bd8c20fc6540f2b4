// SPDX-License-Identifier: Apache-2.0
#include "worlds/cloudflare_behaviours.hpp"

namespace originpull::worlds {
namespace {

using enum Behaviour;
constexpr std::array<BehaviourFacts, kBehaviourCount> kRows = {{
    {kEnvelope, "envelope", "below /client/v4 every answer is success, errors, messages, result", "D"},
    {kServiceErrorsOmitResult, "service_errors_omit_result",
     "4xx of the certificate service have no result, those of the gateway a null one", "O"},
    {kUntouchedZoneIsOff, "untouched_zone_is_off", "the switch of a zone that nobody touched is off", "D"},
    {kSwitchNeedsABoolean, "switch_needs_a_boolean", "PUT settings wants a boolean and echoes it", "D"},
    {kSwitchBeforeCertificates, "switch_before_certificates", "PUT settings needs no certificate", "D"},
    {kSwitchStays, "switch_stays", "settings cannot be deleted and outlive certificates", "D"},
    {kUploadNeedsBothParts, "upload_needs_both_parts", "an upload has certificate and private_key", "D"},
    {kIdIsAUuid, "id_is_a_uuid", "an upload is answered 200 with the object, its id a UUID", "D"},
    {kDeploymentTakesTime, "deployment_takes_time", "an upload is pending_deployment, then active", "O"},
    {kDeploymentCanTimeOut, "deployment_can_time_out", "deployment_timed_out can be reached", "D"},
    {kDeletionCanTimeOut, "deletion_can_time_out", "deletion_timed_out can be reached", "D"},
    {kStatusIsOpen, "status_is_open", "a status that nobody knows yet can be reached", "O"},
    {kEchoIsNormalised, "echo_is_normalised", "the echoed PEM differs in its final line break", "O"},
    {kKeyIsNeverShown, "key_is_never_shown", "no answer holds a private_key", "D, O"},
    {kSerialNumber, "serial_number", "serial_number in decimal, which can be left out", "O"},
    {kObjectDescribesTheLeaf, "object_describes_the_leaf",
     "issuer, signature and expires_on are the leaf's, uploaded_on has a fraction", "D, O"},
    {kDuplicateIsRefused, "duplicate_is_refused", "a live certificate cannot be uploaded again: 1406", "O"},
    {kDuplicateOfDyingIsRefused, "duplicate_of_dying_is_refused", "neither can one that is pending_deletion: 1406",
     "O"},
    {kReuploadMayReuseTheId, "reupload_may_reuse_the_id",
     "after its deletion it can be, with a fresh id or the old one, briefly pending_deletion", "O"},
    {kDuplicateIsByLeaf, "duplicate_is_by_leaf", "it is the leaf that counts, not the text", "I"},
    {kUnreadableIsRefused, "unreadable_is_refused", "what is no PEM is refused: 1408", "O"},
    {kCaIsRefused, "ca_is_refused", "a CA is refused, in either wording: 1412", "O, D"},
    {kMismatchIsRefused, "mismatch_is_refused", "a key of another certificate is refused, the code is a mode", "I"},
    {kExpiredUploads, "expired_uploads", "an expired certificate is taken or refused", "I"},
    {kChains, "chains", "of a leaf with intermediates the leaf is echoed, or all, or it is refused", "I"},
    {kLeniencyWithLeaves, "leniency_with_leaves",
     "self-signed, P-521, without clientAuth and with foreign names is taken", "O"},
    {kKeyEncodings, "key_encodings", "keys may be PKCS#1, PKCS#8 and SEC1", "O"},
    {kEmptyListIsNull, "empty_list_is_null", "an empty list is null, or []", "O"},
    {kListHidesTombstones, "list_hides_tombstones", "lists hide what is being or has been deleted, or not", "O"},
    {kListLags, "list_lags", "a list can lag behind uploads while a read by id does not", "O"},
    {kTombstonesAreReadable, "tombstones_are_readable", "a read by id answers 200 for a tombstone", "O"},
    {kUnknownIdIsNotFound, "unknown_id_is_not_found", "a read of an unknown id is 404 with 1552", "O"},
    {kDeletionTakesTime, "deletion_takes_time", "a deletion is answered 200, pending_deletion, then deleted", "D"},
    {kNoDeletionBeforeDeployment, "no_deletion_before_deployment", "no deletion while pending_deployment: 1434", "O"},
    {kRepeatedDeletionIsRefused, "repeated_deletion_is_refused",
     "a repeated deletion is 400 \"already deleted\", later perhaps 404", "O"},
    {kDeletionNeedsNoBody, "deletion_needs_no_body", "a deletion works with a body and without", "D"},
    {kUsedCanBeDeleted, "used_can_be_deleted", "the certificate in use can be deleted", "I"},
    {kSeveralAreActive, "several_are_active", "several are active, the last deployed is in use", "D"},
    {kOrderIsOfDeployment, "order_is_of_deployment", "uploads can be deployed in another order", "I"},
    {kOverlapsConflict, "overlaps_conflict", "overlapping changes of one zone conflict: 409", "O"},
    {kExpiredStaysListed, "expired_stays_listed", "an expired certificate stays listed as it was", "D"},
    {kPlainModesPresentNothing, "plain_modes_present_nothing",
     "with ssl off or flexible calls succeed and the edge presents nothing", "D"},
    {kSslSetting, "ssl_setting", "ssl takes its five values, with editable and modified_on", "D"},
    {kSwitchesAreIndependent, "switches_are_independent", "tls_client_auth and the zone switch leave each other alone",
     "D"},
    {kUneditableSetting, "uneditable_setting", "a setting may be not editable: 1057", "D, O"},
    {kBadSettingIsRefused, "bad_setting_is_refused", "a bad or missing value of a setting is refused: 1007", "O"},
    {kPrecedence, "precedence", "the edge presents hostname before zone before global", "D"},
    {kHostnameSwitch, "hostname_switch", "enabled false suppresses for the host, null voids", "D"},
    {kHostnameLimits, "hostname_limits", "10 hostname certificates per zone, 100 hostnames per certificate", "D"},
    {kHostnameErrors, "hostname_errors", "1433, 1414, 1415, 1404 and 1553 of the hostname calls", "O"},
    {kHostnameUpsert, "hostname_upsert", "PUT hostnames answers an array and touches only the hosts it names", "D"},
    {kZonesByName, "zones_by_name", "zones are found by exact name, in pages of 5 to 50; none is no error", "D"},
    {kZoneListNeedsPermission, "zone_list_needs_permission", "the refusal to list zones names the permission", "O"},
    {kBadZoneIds, "bad_zone_ids", "7003 for a malformed zone id, 9109 for an unknown one", "O"},
    {kTokenStatus, "token_status", "verification says active (with message 10000), disabled or expired", "D, O"},
    {kAccountTokens, "account_tokens", "tokens of accounts and of users each have their own verification", "O"},
    {kBadTokens, "bad_tokens", "6003, 10000 or 9109, 10001 while fresh, a lock-out who insists", "O"},
    {kReadOnlyTokens, "read_only_tokens", "a token that may read cannot write", "D"},
    {kBudget, "budget", "1,200 requests in 5 minutes per owner, then 429 for 5 minutes; headers say so", "D"},
    {kOddAnswers, "odd_answers", "971 inside a 200, empty, null, HTML and cut answers, lost ones", "O"},
    {kLateAnswers, "late_answers", "an answer can be too late although the work is done", "I"},
    {kPeople, "people", "people change things in the dashboard", "I"},
    {kExtraFields, "extra_fields", "any object may have fields that nobody knows", "D"},
    {kSeveralErrors, "several_errors", "errors may be several, the first not the most specific", "I"},
    {kDataPlaneOnly, "data_plane_only", "zone versioning and custom hostnames concern the edge, not the API", "D"},
    {kLiteralPaths, "literal_paths", "the words settings and hostnames win over a certificate of that id", "D"},
}};

}  // namespace

const std::array<BehaviourFacts, kBehaviourCount>& behaviours() { return kRows; }

std::optional<Behaviour> behaviour_of(std::int64_t number) {
  if (number < 1 || number > static_cast<std::int64_t>(kBehaviourCount)) return std::nullopt;
  return static_cast<Behaviour>(number);
}

}  // namespace originpull::worlds
