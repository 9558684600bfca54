// The whole library: include this one.
#pragma once

#include "interpreter/error.h"
#include "interpreter/events.h"
#include "interpreter/message.h"
#include "interpreter/options.h"
#include "interpreter/session.h"
#include "interpreter/version.h"
