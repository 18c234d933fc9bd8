// The shims are static inline functions of the header; SwiftPM wants a source file of every C target.
#include "CByteVectors.h"
