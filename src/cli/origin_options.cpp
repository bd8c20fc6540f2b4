// SPDX-License-Identifier: Apache-2.0
#include "cli/origin_options.hpp"

#include <CLI/CLI.hpp>

namespace originpull::cli {
namespace {

struct Words {
  std::string listen = "127.0.0.1:0";
  std::string require = "on";
  std::string status;
};

Failure invalid(std::string why) { return fail(ErrorKind::kInvalid, "read the options", std::move(why)); }

void declare(CLI::App& app, OriginOptions& o, Words& w) {
  app.add_option("--listen", w.listen, "Where to serve HTTPS; port 0 for any free one")
      ->type_name("ADDRESS:PORT")
      ->capture_default_str();
  app.add_option("--client-ca", o.client_ca_file,
                 "PEM file with the CAs of the clients' certificates; read again when it changes")
      ->type_name("FILE");
  app.add_option("--require", w.require,
                 "on: a client certificate is demanded; optional: one that is shown must be good; off: nobody is asked")
      ->check(CLI::IsMember({"on", "optional", "off"}).description(""))
      ->type_name("HOW")
      ->capture_default_str();
  app.add_option("--server-cert", o.certificate_file, "PEM file with the server's own chain. Default: one is made")
      ->type_name("FILE");
  app.add_option("--server-key", o.key_file, "PEM file with its key")->type_name("FILE");
  app.add_option("--name", o.names, "A name in the made certificate, beside localhost and 127.0.0.1; may be repeated")
      ->type_name("NAME");
  app.add_option("--ca-out", o.ca_out, "Write the CA of the made certificate to this file")->type_name("FILE");
  app.add_option("--port-file", o.port_file, "Write the port to this file once the origin listens")->type_name("FILE");
  app.add_option("--status", w.status, "Serve the counts of accepted and refused here, as JSON, in plain HTTP")
      ->type_name("ADDRESS:PORT");
  app.add_flag("--quiet", o.quiet, "Do not print a line for each request and each refusal");
}

Result<OriginOptions> checked(const Words& words, OriginOptions options) {
  options.listen = TRY(parse_listen("--listen", words.listen));
  if (!words.status.empty()) options.status = TRY(parse_listen("--status", words.status));
  if (words.require == "optional") options.require = net::ClientCertificates::kOptional;
  if (words.require == "off") options.require = net::ClientCertificates::kNotAsked;
  const bool asks = options.require != net::ClientCertificates::kNotAsked;
  if (asks && options.client_ca_file.empty()) return invalid("--client-ca is needed unless --require off is given");
  if (options.certificate_file.empty() != options.key_file.empty()) {
    return invalid("--server-cert and --server-key go together");
  }
  if (!options.certificate_file.empty() && !(options.names.empty() && options.ca_out.empty())) {
    return invalid("--name and --ca-out are about a certificate that is made: leave --server-cert out");
  }
  return options;
}

}  // namespace

Result<std::variant<OriginOptions, SimHelp>> parse_origin_options(int argc, const char* const* argv) {
  CLI::App app{"cloudflare-sim origin: a web server over TLS that demands client certificates",
               "cloudflare-sim origin"};
  app.footer("Every request that is let in is answered 200 with the client certificate's subject and fingerprint.");
  Words words;
  OriginOptions options;
  declare(app, options, words);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    return SimHelp{.text = app.help()};
  } catch (const CLI::Error& error) {
    return invalid(std::string(error.what()) + "; see --help");
  }
  return TRY(checked(words, std::move(options)));
}

}  // namespace originpull::cli
