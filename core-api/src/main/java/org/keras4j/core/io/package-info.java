/** What readers of files promise: limits, and what is thrown for a file that is none. */
@org.jspecify.annotations.NullMarked
@API(status = API.Status.MAINTAINED, since = "0.1")
package org.keras4j.core.io;

import org.apiguardian.api.API;
