/** The entry of the kit: tests of a backend, for JUnit or by themselves. */
@NullMarked
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
package org.keras4j.tck.backend;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
