// SPDX-License-Identifier: Apache-2.0
#include "behaviour/kube_checks.hpp"
#include "behaviour/kube_items.hpp"

namespace originpull::behaviour {

const std::vector<KnownDifference>& known_differences() {
  static const std::vector<KnownDifference> all = {
      {"a_bookmark_that_tells_of_nothing_new_is_not_sent",
       "the world sends bookmarks in their time even if nothing has happened, as a server does whose etcd reports "
       "progress; clients may rely on neither"},
      {"the_old_form_of_a_watch_by_path_is_served_too",
       "watches by /api/v1/watch/… have been deprecated since Kubernetes 1.11, and no client of today asks for one"},
  };
  return all;
}

const std::vector<std::string>& not_compared() {
  static const std::vector<std::string> all = {
      "what a server chooses: versions and uids (their sameness is compared), times, continue tokens, cluster "
      "addresses",
      "the order of managedFields, which depends on the second in which a write fell",
      "the order of several faults of a custom resource, or of several conflicts of an apply, which a real server "
      "draws "
      "by chance",
      "the Events by which a real server tells of the addresses that it gives: no conversation is about Services and "
      "Events",
      "a PUT of the status of a Service that is not there: a real server makes a Service without an address of it",
      "how often one cause of a refusal is repeated word by word: a real server tells some two or three times",
      "Go's words for a patch whose result cannot be read: the cause `patch` is compared, not its text",
      "the warning that the pair in a TLS Secret does not fit, and the parser's words about a broken token or body",
      "the version of a list: it is the whole server's on one side, and others write to it",
  };
  return all;
}

}  // namespace originpull::behaviour
