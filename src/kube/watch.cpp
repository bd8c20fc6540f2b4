// SPDX-License-Identifier: Apache-2.0
#include "kube/watch.hpp"

#include <bit>

#include "kube/json_scan.hpp"

namespace originpull::kube {
namespace {

std::optional<Change> change_of(std::string_view type) {
  if (type == "ADDED") return Change::kAdded;
  if (type == "MODIFIED") return Change::kModified;
  if (type == "DELETED") return Change::kDeleted;
  return {};
}

std::string described(const Selection& selection) {
  std::string text = selection.type.plural;
  if (!selection.ns.empty()) text += " in " + selection.ns;
  if (!selection.name.empty()) text += " named " + selection.name;
  return text;
}

}  // namespace

Watch::Watch(env::Env& env, Client client, Selection selection, WatchSink& sink, WatchOptions options, const Log& log)
    : env_(env),
      client_(std::move(client)),
      selection_(std::move(selection)),
      sink_(sink),
      machine_(options),
      log_(log.with("watch", described(selection_))),
      counts_(env) {}

void Watch::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const WatchMachine::Step step = machine_.next(env_.random());
    if (const auto* page = std::get_if<WatchMachine::ListPage>(&step)) {
      list(*page, stop);
    } else if (const auto* from = std::get_if<WatchMachine::Watch>(&step)) {
      watch(*from, stop);
    } else {
      env::pause_until(env_, env_.now() + std::get<WatchMachine::Wait>(step).time, stop);
    }
    publish();
  }
}

void Watch::list(const WatchMachine::ListPage& page, const std::stop_token& stop) {
  if (page.first) sink_.begin_list();
  auto came = client_.list_page(selection_, {.continue_token = page.continue_token, .paged = page.paged}, sink_, stop);
  if (stop.stop_requested() && !came) return;
  if (!came) {
    failed(came.error());
    machine_.list_failed(came.error());
    return;
  }
  if (!machine_.page_came(std::move(came->resource_version), std::move(came->continue_token))) return;
  sink_.end_list(machine_.list_version());
  machine_.list_taken();
  ++own_counts_.lists;
  log_.debug("listed", {{"resourceVersion", machine_.list_version()}});
}

void Watch::watch(const WatchMachine::Watch& from, const std::stop_token& stop) {
  const Instant began = env_.now();
  frames_ = 0;
  ++own_counts_.watches;
  const WatchRequest request{
      .resource_version = from.resource_version, .timeout = from.timeout, .idle = from.idle, .opened = [&] {
        machine_.watch_opened();
        publish();
      }};
  const auto ended = client_.watch(selection_, request, [&](std::string_view frame) { return take(frame); }, stop);
  if (stop.stop_requested()) return;
  const Duration lived = env_.now() - began;
  machine_.watch_ended(ended ? nullptr : &ended.error(), lived, frames_);
  // A watch that worked and was cut is the ordinary case; only one that did not get going is a failure.
  if (!ended && frames_ == 0) failed(ended.error());
  if (!ended && frames_ != 0) log_.debug("the watch was cut", {{"why", describe(ended.error())}});
}

bool Watch::take(std::string_view frame) {
  const auto type = plain_string_member(frame, "type");
  const auto object = member(frame, "object");
  if (!type || !object) {
    const Error error{.kind = ErrorKind::kInternal,
                      .attempted = "watch " + described(selection_),
                      .message = "what came is not a watch event"};
    failed(error);
    machine_.error_event(error);
    return false;
  }
  if (*type == "ERROR") return take_error(*object);
  const auto version = plain_string_member(member(*object, "metadata").value_or("{}"), "resourceVersion");
  const auto change = change_of(*type);
  if (!version || version->empty() || (!change && *type != "BOOKMARK")) {
    log_.warning("an event of an unknown form was skipped", {{"type", std::string(type->substr(0, 32))}});
    return true;
  }
  ++frames_;
  if (change) {
    sink_.changed(*change, *object);
    ++own_counts_.events;
  } else {
    sink_.bookmark(std::string(*version));
  }
  // Only now: what the sink has not taken must come again.
  machine_.took(std::string(*version));
  publish();
  return true;
}

bool Watch::take_error(std::string_view object) {
  const auto status = decode_status(object).value_or(Status{});
  const Error error = status_error({.attempted = "watch " + described(selection_)}, status, status.code);
  failed(error);
  machine_.error_event(error);
  return false;
}

void Watch::failed(const Error& error) {
  if (is_expired(error)) {
    // The ordinary end of an old version, not a failure.
    log_.info("the server no longer has what happened since our version; listing again", {{"why", error.message}});
    return;
  }
  ++own_counts_.failures;
  sink_.troubled(error);
  // An outage of an hour should not fill the log: the first, second, fourth, eighth … failure in a row.
  if (std::has_single_bit(++failures_)) {
    log_.warning("the watch failed; it goes on", {{"why", describe(error)}, {"times", std::to_string(failures_)}});
  }
}

void Watch::publish() {
  own_counts_.in_step = machine_.in_step();
  if (own_counts_.in_step && failures_ != 0) {
    log_.info("the watch works again", {{"after", std::to_string(failures_) + " failures"}});
    failures_ = 0;
    sink_.recovered();
  }
  counts_.with([&](Counts& counts) { counts = own_counts_; });
}

Watch::Counts Watch::counts() const {
  return counts_.look([](const Counts& counts) { return counts; });
}

}  // namespace originpull::kube
