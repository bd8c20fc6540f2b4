// SPDX-License-Identifier: Apache-2.0
#include "sim/runner/staged_network.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "sim/runner/spoiled_answer.hpp"
#include "sim/runner/staged_sink.hpp"
#include "sim/scenario_worlds.hpp"

namespace originpull::sim {
namespace {

using Answer = Result<net::Response>;

constexpr std::string_view kMeanwhile = "-meanwhile";
constexpr Duration kUntilItIsWatched{300};  // then the watch has shown it
constexpr Duration kUnderWay{3'000};        // longer than people take to stop a process

bool is_meanwhile(const std::string& kind) { return kind.ends_with(kMeanwhile); }

std::string attempted(const net::Request& request) {
  return std::string(net::to_string(request.method)) + " " + request.target;
}

class StagedTransport final : public net::Transport {
 public:
  StagedTransport(SimEnv& env, std::shared_ptr<net::Transport> below, Prompter& prompter, std::string process,
                  std::function<void()> sever, bool cloudflare)
      : env_(env),
        below_(std::move(below)),
        prompter_(prompter),
        process_(std::move(process)),
        sever_(std::move(sever)),
        cloudflare_(cloudflare) {}

  Answer send(const net::Request& request, std::stop_token stop) override {
    env::forbid_in_monitor("send a request");
    const Step step = begin(request, false);
    Answer answer = step.mishap ? perform(*step.mishap, request, stop) : pass(request, stop);
    if (answer) heed(answer->head);
    end(step, answer ? std::to_string(answer->head.status) : describe(answer.error()));
    return answer;
  }

  Result<net::Head> stream(const net::Request& request, net::BodySink& sink, std::stop_token stop) override {
    env::forbid_in_monitor("open a stream");
    const Step step = begin(request, true);
    auto head = show(step.mishap, request, sink, stop);
    end(step, head ? std::to_string(head->status) : describe(head.error()));
    return head;
  }

 private:
  struct Step {
    unsigned number = 0;
    const Mishap* mishap = nullptr;  // that befalls the call itself
  };

  Step begin(const net::Request& request, bool stream) {
    Step step{.number = prompter_.book.begin(request, cloudflare_, stream, env::thread_name(), env_.now())};
    if (prompter_.tells)
      prompter_.log.write("#" + std::to_string(step.number) + (cloudflare_ ? " C " : " K ") + attempted(request));
    if (cloudflare_ && prompter_.called_cloudflare) prompter_.called_cloudflare(attempted(request));
    if (prompter_.has_quiet) return step;
    for (const Mishap& one : prompter_.mishaps) {
      if (one.call != step.number) continue;
      prompter_.log.write("MISHAP " + to_text(one) + ": " + std::string(find_kind(one.kind)->what));
      if (befalls_the_call(one)) {
        step.mishap = &one;
      } else {
        prompter_.act(one, process_);
        env_.point();  // whoever is to stand still does so here, before its request is made
      }
    }
    return step;
  }

  void end(const Step& step, const std::string& answer) {
    prompter_.book.end(step.number, answer, env_.now());
    if (prompter_.tells) prompter_.log.write("#" + std::to_string(step.number) + " -> " + answer);
  }

  static bool befalls_the_call(const Mishap& one) {
    static constexpr std::array kOthers = {"F10",       "F11",       "F12",      "F12.behind", "F12.broken-lists",
                                           "F15.pages", "F17.pause", "F17.over", "F17.jump",   "F17.taken"};
    if (is_meanwhile(one.kind)) return true;
    if (one.kind.starts_with("F18") || one.kind.starts_with("F19") || one.kind.starts_with("F20")) return false;
    return std::ranges::find(kOthers, one.kind) == kOthers.end();
  }

  // Whoever is asked for silence must keep it from the moment at which it hears that.
  void heed(const net::Head& head) {
    if (!cloudflare_ || head.status != 429) return;
    const std::string_view text = head.header("Retry-After");
    int seconds = 0;
    std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (seconds > 0) prompter_.book.silence(process_, env_.now() + Seconds(seconds));
  }

  static Failure never_sent(const net::Request& request) {
    return fail(ErrorKind::kUnavailable, attempted(request), "the request could not be sent");
  }

  static Failure lost(const net::Request& request, const char* why = "the answer was lost") {
    const bool reads = request.method == net::Method::kGet;
    return fail(reads ? ErrorKind::kUnavailable : ErrorKind::kUnknownOutcome, attempted(request), why);
  }

  Answer pass(const net::Request& request, const std::stop_token& stop) {
    Answer answer = below_->send(request, stop);
    const Duration wait = prompter_.late_renewals;
    const bool renewal = request.method == net::Method::kPut && request.target.find("/leases/") != std::string::npos;
    return wait > Duration(0) && renewal ? late(wait, request, std::move(answer), stop) : std::move(answer);
  }

  Answer perform(const Mishap& mishap, const net::Request& request, const std::stop_token& stop) {
    const std::string& kind = mishap.kind;
    if (kind == "F1") sever_();
    if (kind == "F1" || kind == "F2") return never_sent(request);
    if (const auto spoiled = spoiled_answer(kind)) {
      net::Response answer = spoiled->executed ? TRY(below_->send(request, stop)) : net::Response{};
      return spoiled->spoil(cloudflare_, std::move(answer));
    }
    if (kind == "F17.stop") {
      prompter_.act(mishap, process_);
      if (!env::pause_until(env_, env_.now() + kUnderWay, stop)) return never_sent(request);
    }
    Answer answer = below_->send(request, stop);
    if (is_meanwhile(kind)) {
      Mishap plain = mishap;
      plain.kind.resize(kind.size() - kMeanwhile.size());
      prompter_.act(plain, process_);
      env::pause_until(env_, env_.now() + kUntilItIsWatched, stop);
    }
    if (kind == "F4" && answer) answer = below_->send(request, stop);
    if (kind == "F5" || kind == "F6") sever_();
    if (!answer) return answer;
    if (kind == "F3" || kind == "F6") return lost(request);
    if (kind == "F8.oversized" && request.method != net::Method::kGet) return lost(request, "the answer is too large");
    if (kind == "F8.oversized") return fail(ErrorKind::kInternal, attempted(request), "the answer is too large");
    if (kind == "F9" || kind == "F17.late") return late(Seconds(mishap.value), request, std::move(answer), stop);
    return answer;
  }

  Answer late(Duration wait, const net::Request& request, Answer answer, const std::stop_token& stop) {
    const Instant limit = std::min(net::deadline_of(request, env_.now()), request.not_after);
    const Instant arrival = env_.now() + wait;
    env::pause_until(env_, std::min(arrival, limit), stop);
    return arrival < limit && !stop.stop_requested() ? std::move(answer) : lost(request, "no answer in time");
  }

  Result<net::Head> show(const Mishap* mishap, const net::Request& request, net::BodySink& sink,
                         const std::stop_token& stop) {
    if (prompter_.dark_until.load() > env_.now()) return never_sent(request);
    if (is_watch(request) && prompter_.expired_watches > 0) return show_expired(sink);
    if (prompter_.broken_until.load() > env_.now() && !is_watch(request)) return show_most(request, sink, stop);
    if (prompter_.expiring_page > 0 && !is_watch(request)) return show_page(request, sink, stop);
    if (mishap == nullptr) return below_->stream(request, sink, stop);
    const std::string& kind = mishap->kind;
    if (kind == "F1") sever_();
    if (kind == "F1" || kind == "F2") return never_sent(request);
    if (const auto spoiled = spoiled_answer(kind)) return show_spoiled(*spoiled, request, sink, stop);
    if (kind == "F3" || kind == "F5") {
      DeafSink deaf;
      auto head = below_->stream(request, deaf, stop);
      if (kind == "F5") sever_();
      if (!head) return head;
      return lost(request);
    }
    if (kind == "F8.oversized") return fail(ErrorKind::kInternal, attempted(request), "an item is too large");
    if (kind == "F9") env::pause_until(env_, env_.now() + Seconds(mishap->value), stop);
    StagedSink staged(env_, sink, *mishap, stop);
    auto head = below_->stream(request, staged, stop);
    if (head && staged.broke()) return lost(request, "the connection broke in the middle of the answer");
    return head;
  }

  Result<net::Head> show_spoiled(const SpoiledAnswer& spoiled, const net::Request& request, net::BodySink& sink,
                                 const std::stop_token& stop) {
    net::Response answer;
    if (spoiled.executed) {
      WholeSink whole;
      answer.head = TRY(below_->stream(request, whole, stop));
      answer.body = whole.text();
    }
    answer = spoiled.spoil(cloudflare_, std::move(answer));
    if (sink.on_head(answer.head)) sink.on_data(answer.body);
    return answer.head;
  }

  // F12.behind: a front-end that has only just begun knows no history.
  net::Head show_expired(net::BodySink& sink) {
    --prompter_.expired_watches;
    const net::Head head{.status = 200, .headers = {{"Content-Type", "application/json"}}};
    const std::string event = error_event(410);
    if (sink.on_head(head)) sink.on_data(event);
    return head;
  }

  // F12.broken-lists: every item, and not the end.
  Result<net::Head> show_most(const net::Request& request, net::BodySink& sink, const std::stop_token& stop) {
    WholeSink whole;
    auto head = below_->stream(request, whole, stop);
    if (!head) return head;
    if (sink.on_head(*head))
      sink.on_data(std::string_view(whole.text()).substr(0, std::max<std::size_t>(whole.text().size(), 2) - 2));
    return lost(request, "the connection broke in the middle of the answer");
  }

  // F15.pages: pages of one object, one of which is gone already.
  Result<net::Head> show_page(const net::Request& request, net::BodySink& sink, const std::stop_token& stop) {
    const auto limit = request.target.find("limit=500");
    if (limit == std::string::npos) return below_->stream(request, sink, stop);
    if (request.target.find("continue=") != std::string::npos && --prompter_.expiring_page == 0) {
      const net::Response gone = refusal(false, 410);
      if (sink.on_head(gone.head)) sink.on_data(gone.body);
      return gone.head;
    }
    net::Request less;
    less.target = request.target;
    less.target.replace(limit, 9, "limit=1");
    less.headers = request.headers;
    less.bearer = SecretString(std::string(request.bearer.reveal()));
    less.total = request.total;
    less.idle = request.idle;
    return below_->stream(less, sink, stop);
  }

  static bool is_watch(const net::Request& request) { return request.target.find("watch=1") != std::string::npos; }

  SimEnv& env_;
  std::shared_ptr<net::Transport> below_;
  Prompter& prompter_;
  const std::string process_;
  const std::function<void()> sever_;
  const bool cloudflare_;
};

}  // namespace

StagedNetwork::StagedNetwork(SimEnv& env, net::Network& below, Prompter& prompter, std::string process,
                             std::function<void()> sever)
    : env_(env), below_(below), prompter_(prompter), process_(std::move(process)), sever_(std::move(sever)) {}

Result<std::shared_ptr<net::Transport>> StagedNetwork::open(const net::Endpoint& endpoint) {
  return std::make_shared<StagedTransport>(env_, TRY(below_.open(endpoint)), prompter_, process_, sever_,
                                           endpoint.base_url == kCloudflareUrl);
}

}  // namespace originpull::sim
