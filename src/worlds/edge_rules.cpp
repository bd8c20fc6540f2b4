// SPDX-License-Identifier: Apache-2.0
#include "worlds/edge_rules.hpp"

#include <algorithm>
#include <array>

namespace originpull::worlds {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

// RFC 9110 section 7.6.1, and those that each side writes anew.
bool stays_behind(const std::string& name) {
  constexpr std::array<std::string_view, 14> kNames = {"connection",
                                                       "keep-alive",
                                                       "proxy-authenticate",
                                                       "proxy-authorization",
                                                       "proxy-connection",
                                                       "te",
                                                       "trailer",
                                                       "transfer-encoding",
                                                       "upgrade",
                                                       "host",
                                                       "content-length",
                                                       "content-type",
                                                       "expect",
                                                       "server"};
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

// Whether the header is one that `Connection` names.
bool is_listed(const net::Headers& headers, const std::string& name) {
  std::string_view rest = net::find_header(headers, "connection");
  while (!rest.empty()) {
    const auto comma = rest.find(',');
    std::string one = lower(rest.substr(0, comma));
    std::erase(one, ' ');
    if (one == name) return true;
    rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
  }
  return false;
}

bool is_ours(const std::string& name) { return name.starts_with("cf-") || name.starts_with("x-forwarded-"); }

std::string_view title(int status) {
  switch (status) {
    case 404: return "There is no such site here";
    case 503: return "The edge is stopping";
    case 520: return "Web server is returning an unknown error";
    case 521: return "Web server is down";
    case 522: return "Connection timed out";
    case 523: return "Origin is unreachable";
    case 524: return "A timeout occurred";
    case 525: return "SSL handshake failed";
    case 526: return "Invalid SSL certificate";
    case 530: return "Error 1016: origin DNS error";
    default: return "Error";
  }
}

}  // namespace

std::string_view to_string(EdgeEnding ending) {
  switch (ending) {
    case EdgeEnding::kAnswered: return "answered";
    case EdgeEnding::kHandshakeRefused: return "handshakeRefused";
    case EdgeEnding::kHandshakeFailed: return "handshakeFailed";
    case EdgeEnding::kUntrusted: return "untrusted";
    case EdgeEnding::kNobodyListens: return "nobodyListens";
    case EdgeEnding::kUnreachable: return "unreachable";
    case EdgeEnding::kConnectTimedOut: return "connectTimedOut";
    case EdgeEnding::kAnswerTimedOut: return "answerTimedOut";
    case EdgeEnding::kNoAnswer: return "noAnswer";
    case EdgeEnding::kIdentityUnusable: return "identityUnusable";
    case EdgeEnding::kNoOrigin: return "noOrigin";
    case EdgeEnding::kUnknownHost: return "unknownHost";
    case EdgeEnding::kStopped: return "stopped";
  }
  return "unknown";
}

EdgeTls edge_tls(std::string_view ssl) {
  if (ssl == "off" || ssl == "flexible") return EdgeTls::kNone;
  return ssl == "full" ? EdgeTls::kUnverified : EdgeTls::kVerified;
}

int edge_status(EdgeEnding ending, int refused_status, bool versioned) {
  switch (ending) {
    case EdgeEnding::kAnswered: return 200;
    case EdgeEnding::kHandshakeRefused: return versioned ? 520 : refused_status;
    case EdgeEnding::kHandshakeFailed: return 525;
    case EdgeEnding::kUntrusted: return 526;
    case EdgeEnding::kNobodyListens: return 521;
    case EdgeEnding::kUnreachable: return 523;
    case EdgeEnding::kConnectTimedOut: return 522;
    case EdgeEnding::kAnswerTimedOut: return 524;
    case EdgeEnding::kNoAnswer:
    case EdgeEnding::kIdentityUnusable: return 520;
    case EdgeEnding::kNoOrigin: return 530;
    case EdgeEnding::kUnknownHost: return 404;
    case EdgeEnding::kStopped: return 503;
  }
  return 520;
}

net::Served edge_page(int status, std::string_view host, std::string_view ray) {
  // Only what a host name is made of: the rest could be markup.
  std::string name(host.substr(0, 253));
  std::erase_if(name, [](char c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return !letter && !(c >= '0' && c <= '9') && c != '.' && c != '-' && c != ':';
  });
  const std::string text = std::to_string(status) + ": " + std::string(title(status));
  return {.status = status,
          .headers = {{"Server", "cloudflare"}, {"CF-Ray", std::string(ray)}},
          .body = "<!DOCTYPE html>\n<html><head><title>" + name + " | " + text + "</title></head>\n<body><h1>Error " +
                  text + "</h1>\n<p>Ray ID: " + std::string(ray) + "</p></body></html>\n",
          .content_type = "text/html; charset=UTF-8"};
}

net::Headers headers_for_origin(const net::ServedRequest& request, std::string_view ray) {
  net::Headers headers;
  for (const auto& [name, value] : request.headers) {
    const std::string low = lower(name);
    const bool kept = low == "content-type" || !stays_behind(low);
    if (kept && !is_ours(low) && !is_listed(request.headers, low)) headers.emplace_back(name, value);
  }
  const std::string visitor = request.peer.substr(0, request.peer.rfind(':'));
  const std::string before(request.header("x-forwarded-for"));
  headers.emplace_back("X-Forwarded-For", before.empty() ? visitor : before + ", " + visitor);
  headers.emplace_back("X-Forwarded-Proto", "https");
  headers.emplace_back("CF-Connecting-IP", visitor);
  headers.emplace_back("CF-Ray", ray);
  headers.emplace_back("CF-Visitor", "{\"scheme\":\"https\"}");
  return headers;
}

net::Headers headers_for_visitor(const net::Headers& of_origin, std::string_view ray) {
  net::Headers headers;
  for (const auto& [name, value] : of_origin) {
    const std::string low = lower(name);
    if (!stays_behind(low) && low != "cf-ray" && !is_listed(of_origin, low)) headers.emplace_back(name, value);
  }
  headers.emplace_back("Server", "cloudflare");
  headers.emplace_back("CF-Ray", ray);
  return headers;
}

}  // namespace originpull::worlds
