/** What the library says: texts of exceptions, and warnings. */
@NullMarked
@API(status = API.Status.INTERNAL, since = "0.1")
package org.keras4j.core.internal.messages;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
