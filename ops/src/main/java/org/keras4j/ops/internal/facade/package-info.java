/** What the build writes facades from. */
@NullMarked
@API(status = API.Status.INTERNAL, since = "0.1")
package org.keras4j.ops.internal.facade;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
