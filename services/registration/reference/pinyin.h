// Initials of the pinyin of Chinese names, by which people search for places. Pure and thread-safe.
#ifndef BANGFU_SERVICES_REGISTRATION_REFERENCE_PINYIN_H_
#define BANGFU_SERVICES_REGISTRATION_REFERENCE_PINYIN_H_

#include <string>

#include "absl/strings/string_view.h"

namespace bangfu::registration {

// Lower-case initials of every usual reading of a place's name, the commonest first, separated by spaces: 重庆 gives
// "cq zq". Letters and digits of the name stay; other characters are left out. At most 16 readings.
std::string PinyinInitials(absl::string_view name);

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_REFERENCE_PINYIN_H_
