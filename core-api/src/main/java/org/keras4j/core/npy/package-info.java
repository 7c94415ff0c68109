/** Arrays in NumPy's files. */
@NullMarked
@API(status = API.Status.MAINTAINED, since = "0.1")
package org.keras4j.core.npy;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
