// SPDX-License-Identifier: Apache-2.0
#pragma once
// `Signals` turns SIGTERM and SIGINT into an orderly stop: made first in main, before any thread, it blocks
// both, so that every thread inherits that; `wait` then takes the first one. After it a second signal ends the
// process at once, and so does the passing of the time that the stop may take. Used by main's thread only;
// cannot fail.
namespace originpull::cli {

class Signals {
 public:
  Signals();
  // Waits for the first signal and returns its number. From then on the next one, or `seconds` later an alarm, ends the
  // process.
  int wait(unsigned seconds);
};

}  // namespace originpull::cli
