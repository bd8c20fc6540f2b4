// SPDX-License-Identifier: Apache-2.0
#include "worlds/cloudflare_answer.hpp"

namespace originpull::worlds {
namespace {

void write_faults(json::Writer& w, const std::vector<CloudflareFault>& faults) {
  w.field("success", false).key("errors").begin_array();
  for (const CloudflareFault& fault : faults) {
    w.begin_object().field("code", fault.code).field("message", fault.message);
    if (fault.chained_code != 0) {
      w.key("error_chain").begin_array().begin_object();
      w.field("code", fault.chained_code).field("message", fault.chained_message);
      w.end_object().end_array();
    }
    w.end_object();
  }
  w.end_array().key("messages").begin_array().end_array();
}

net::Served succeed(const WriteResult& write_result, const CloudflarePage* page, const CloudflareNote* note) {
  json::Writer w;
  w.begin_object().field("success", true).key("errors").begin_array().end_array();
  w.key("messages").begin_array();
  if (note != nullptr) w.begin_object().field("code", note->code).field("message", note->message).end_object();
  w.end_array().key("result");
  write_result(w);
  if (page != nullptr) {
    w.key("result_info").begin_object().field("page", page->page).field("per_page", page->per_page);
    w.field("count", page->count).field("total_count", page->total);
    w.field("total_pages", (page->total + page->per_page - 1) / page->per_page).end_object();
  }
  return {.status = 200, .body = w.end_object().take()};
}

}  // namespace

net::Served success(const WriteResult& write_result) { return succeed(write_result, nullptr, nullptr); }
net::Served success(const WriteResult& write_result, const CloudflarePage& page) {
  return succeed(write_result, &page, nullptr);
}
net::Served success(const WriteResult& write_result, const CloudflareNote& note) {
  return succeed(write_result, nullptr, &note);
}

net::Served gateway_error(int status, const std::vector<CloudflareFault>& faults) {
  json::Writer w;
  write_faults(w.begin_object(), faults);
  return {.status = status, .body = w.key("result").null().end_object().take()};
}

net::Served service_error(int status, int code, std::string message) {
  json::Writer w;
  write_faults(w.begin_object(), {{.code = code, .message = std::move(message)}});
  return {.status = status, .body = w.end_object().take()};
}

net::Served html_page(int status) {
  return {.status = status,
          .body = "<!DOCTYPE html>\n<html><head><title>" + std::to_string(status) + "</title></head><body><h1>Error " +
                  std::to_string(status) + "</h1></body></html>\n",
          .content_type = "text/html"};
}

}  // namespace originpull::worlds
