// SPDX-License-Identifier: Apache-2.0
#pragma once
// `DeleteWith<free_it>` lets a unique_ptr own what a C library gives out, `std::unique_ptr<BIO,
// DeleteWith<BIO_free_all>>`: the function that frees is part of the type, so the owner is as large as a pointer and
// knows no library. It is for the sources that talk to OpenSSL, in whichever room (pki has owners of its own that other
// sources may see). Without state, for any thread; cannot fail.
namespace originpull {

template <auto Free>
struct DeleteWith {
  template <class T>
  void operator()(T* p) const {
    Free(p);
  }
};

}  // namespace originpull
