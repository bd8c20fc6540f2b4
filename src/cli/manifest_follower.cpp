// SPDX-License-Identifier: Apache-2.0
#include "cli/manifest_follower.hpp"

#include <algorithm>

namespace originpull::cli {
namespace {

constexpr unsigned kLooksUntilRetry = 20;

std::string key_of(const Manifest& manifest) {
  const auto slash = manifest.api_version.find('/');
  const std::string group = slash == std::string::npos ? "" : manifest.api_version.substr(0, slash);
  return group + " " + manifest.kind + " " + (manifest.ns.empty() ? "default" : manifest.ns) + " " + manifest.name;
}

void put_types_first(std::vector<Manifest>& manifests) {
  std::stable_sort(manifests.begin(), manifests.end(),
                   [](const Manifest& a, const Manifest& b) { return rank_of(a) < rank_of(b); });
}

}  // namespace

// A file that cannot be read keeps what it said before.
void ManifestFollower::take(std::vector<ManifestFolder::File> changed, std::vector<Error>& errors) {
  for (ManifestFolder::File& file : changed) {
    if (file.gone) {
      files_.erase(file.path);
    } else if (file.manifests) {
      files_[file.path] = *std::move(file.manifests);
    } else {
      errors.push_back(std::move(file.manifests.error()));
    }
  }
}

std::vector<Manifest> ManifestFollower::wanted(std::vector<Error>& errors) const {
  std::vector<Manifest> all;
  Objects first;
  for (const auto& [path, manifests] : files_) {
    for (const Manifest& manifest : manifests) {
      const auto [place, is_first] = first.emplace(key_of(manifest), manifest);
      if (is_first) {
        all.push_back(manifest);
      } else {
        errors.push_back({.kind = ErrorKind::kInvalid,
                          .attempted = "apply " + manifest.title() + " of " + manifest.place,
                          .message = "it is already in " + place->second.place + ": remove one"});
      }
    }
  }
  put_types_first(all);
  return all;
}

void ManifestFollower::bring(std::vector<Error>& errors) {
  Objects gone = applied_;
  for (const Manifest& manifest : wanted(errors)) {
    const std::string key = key_of(manifest);
    gone.erase(key);
    const auto before = applied_.find(key);
    auto done = applier_.apply(manifest, before == applied_.end() ? nullptr : &before->second);
    if (!done) {
      errors.push_back(std::move(done.error()));
      continue;
    }
    applied_[key] = manifest;
    if (*done != ManifestApplier::Done::kUnchanged)
      log_.info("manifest " + std::string(to_string(*done)), {{"object", manifest.title()}, {"place", manifest.place}});
  }
  std::vector<Manifest> last;
  for (const auto& [key, manifest] : gone) last.push_back(manifest);
  put_types_first(last);
  std::reverse(last.begin(), last.end());
  for (const Manifest& manifest : last) {
    if (auto done = applier_.remove(manifest); !done) {
      errors.push_back(std::move(done.error()));
      continue;
    }
    applied_.erase(key_of(manifest));
    log_.info("manifest deleted", {{"object", manifest.title()}, {"place", manifest.place}});
  }
}

// Each complaint once, for as long as it is true.
void ManifestFollower::complain(const std::vector<Error>& errors) {
  std::set<std::string> now;
  for (const Error& error : errors) now.insert(describe(error));
  for (const std::string& one : now)
    if (!complaints_.contains(one)) log_.warning("a manifest stays as it was", {{"error", one}});
  complaints_ = std::move(now);
}

Result<void> ManifestFollower::load() {
  std::vector<Error> errors;
  take(TRY(folder_.look(true)), errors);
  if (errors.empty()) bring(errors);
  if (errors.empty()) return {};
  Error all = errors.front();
  if (errors.size() > 1) all.message += " (and " + std::to_string(errors.size() - 1) + " more)";
  return fail(std::move(all));
}

void ManifestFollower::step() {
  std::vector<Error> errors;
  auto changed = folder_.look();
  if (!changed) return complain({changed.error()});
  const bool retry = looks_until_retry_ > 0 && --looks_until_retry_ == 0;
  if (changed->empty() && !retry) return;
  take(*std::move(changed), errors);
  bring(errors);
  looks_until_retry_ = errors.empty() ? 0 : kLooksUntilRetry;
  complain(errors);
}

std::vector<Manifest> ManifestFollower::brought() const {
  std::vector<Manifest> all;
  for (const auto& [key, manifest] : applied_) all.push_back(manifest);
  put_types_first(all);
  return all;
}

}  // namespace originpull::cli
