// SPDX-License-Identifier: Apache-2.0
#pragma once
// Owners for the OpenSSL objects that pass between the sources of this room, without OpenSSL's headers: the types are
// only declared here, and freed in the .cpp, so that no includer compiles OpenSSL. `QuietErrors` stands at the top of
// every public function, because OpenSSL leaves its complaints in a queue of the thread, where the next TLS call of
// somebody else would stumble over them. Each owner belongs to one thread at a time; cannot fail.
#include <memory>

struct x509_st;
struct evp_pkey_st;

namespace originpull::pki {

struct FreeX509 {
  void operator()(x509_st*) const;
};
struct FreeKey {
  void operator()(evp_pkey_st*) const;  // OpenSSL overwrites the private parts as it frees them
};
using X509Ptr = std::unique_ptr<x509_st, FreeX509>;
using KeyPtr = std::unique_ptr<evp_pkey_st, FreeKey>;

class QuietErrors {
 public:
  QuietErrors() = default;
  QuietErrors(const QuietErrors&) = delete;
  QuietErrors& operator=(const QuietErrors&) = delete;
  ~QuietErrors();
};

}  // namespace originpull::pki
