// An owned file descriptor; see there.
#pragma once

#include "posix/fd.h"
