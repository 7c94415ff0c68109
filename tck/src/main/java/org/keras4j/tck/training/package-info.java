/** Tests of training on a backend. */
@NullMarked
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
package org.keras4j.tck.training;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
