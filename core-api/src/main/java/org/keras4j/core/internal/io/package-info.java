/** Internal: how files are read and written by all modules. */
@NullMarked
@API(status = API.Status.INTERNAL, since = "0.1")
package org.keras4j.core.internal.io;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
