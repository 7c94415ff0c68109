/** What is in force on a thread, and what calls inherit. */
@NullMarked
@API(status = API.Status.MAINTAINED, since = "0.1")
package org.keras4j.core.context;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
