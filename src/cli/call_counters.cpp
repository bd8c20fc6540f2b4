// SPDX-License-Identifier: Apache-2.0
#include "cli/call_counters.hpp"

#include <string>
#include <vector>

namespace originpull::cli {
namespace {

using control::Metric;

std::string code_label(int status) { return status >= 100 && status <= 599 ? std::to_string(status) : "<error>"; }

double seconds(Duration time) { return std::chrono::duration<double>(time).count(); }

class KubernetesCalls final : public CallCounter {
 public:
  explicit KubernetesCalls(control::Metrics& metrics) : metrics_(metrics) {}

  void answered(const net::Request& request, std::string_view host, int status) override {
    metrics_.add(Metric::kRestRequests, {code_label(status), net::to_string(request.method), host});
  }
  void ended(const net::Request& request, std::string_view host, Duration took) override {
    const bool watch = request.total == Duration(0);
    if (!watch) metrics_.observe(Metric::kRestDuration, {net::to_string(request.method), host}, seconds(took));
  }

 private:
  control::Metrics& metrics_;
};

class CloudflareCalls final : public CallCounter {
 public:
  explicit CloudflareCalls(control::Metrics& metrics) : metrics_(metrics) {}

  void answered(const net::Request& request, std::string_view, int status) override {
    metrics_.add(Metric::kCloudflareRequests,
                 {cloudflare_operation(request.method, request.target), code_label(status)});
  }
  void ended(const net::Request& request, std::string_view, Duration took) override {
    metrics_.observe(Metric::kCloudflareDuration, {cloudflare_operation(request.method, request.target)},
                     seconds(took));
  }

 private:
  control::Metrics& metrics_;
};

// The segments of the path: "/zones/1?x" is {"zones", "1"}.
std::vector<std::string_view> segments_of(std::string_view target) {
  target = target.substr(0, target.find('?'));
  std::vector<std::string_view> segments;
  while (target.starts_with('/')) {
    target.remove_prefix(1);
    segments.push_back(target.substr(0, target.find('/')));
    target.remove_prefix(segments.back().size());
  }
  return segments;
}

// With {} for what is somebody's choice: "/zones/{}/settings/{}".
std::string shape_of(std::string_view target) {
  std::string shape;
  const auto segments = segments_of(target);
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const bool fixed = i == 0 || i == 2 || (i == 3 && segments[i] == "settings");
    shape += "/" + (fixed ? std::string(segments[i]) : "{}");
  }
  return shape;
}

struct Operation {
  net::Method method;
  std::string_view shape;
  std::string_view name;
};

constexpr Operation kOperations[] = {
    {net::Method::kGet, "/zones", "ListZones"},
    {net::Method::kGet, "/zones/{}", "GetZone"},
    {net::Method::kGet, "/zones/{}/origin_tls_client_auth", "ListCertificates"},
    {net::Method::kPost, "/zones/{}/origin_tls_client_auth", "UploadCertificate"},
    {net::Method::kGet, "/zones/{}/origin_tls_client_auth/{}", "GetCertificate"},
    {net::Method::kDelete, "/zones/{}/origin_tls_client_auth/{}", "DeleteCertificate"},
    {net::Method::kGet, "/zones/{}/origin_tls_client_auth/settings", "GetZoneLevel"},
    {net::Method::kPut, "/zones/{}/origin_tls_client_auth/settings", "SetZoneLevel"},
    {net::Method::kGet, "/zones/{}/settings/{}", "GetSetting"},
    {net::Method::kPatch, "/zones/{}/settings/{}", "SetSetting"},
};

}  // namespace

std::shared_ptr<CallCounter> count_kubernetes_calls(control::Metrics& metrics) {
  return std::make_shared<KubernetesCalls>(metrics);
}

std::shared_ptr<CallCounter> count_cloudflare_calls(control::Metrics& metrics) {
  return std::make_shared<CloudflareCalls>(metrics);
}

std::string_view cloudflare_operation(net::Method method, std::string_view target) {
  const std::string shape = shape_of(target);
  for (const Operation& operation : kOperations)
    if (operation.method == method && operation.shape == shape) return operation.name;
  return "Other";
}

}  // namespace originpull::cli
