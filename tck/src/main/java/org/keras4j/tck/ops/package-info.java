/** Tests of all functions on arguments drawn at random. */
@NullMarked
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
package org.keras4j.tck.ops;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
