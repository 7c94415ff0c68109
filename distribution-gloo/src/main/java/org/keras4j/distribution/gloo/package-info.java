/** Processes connected by Gloo. */
@NullMarked
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
package org.keras4j.distribution.gloo;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
