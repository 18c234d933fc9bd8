#include "CQueueSQL.h"
