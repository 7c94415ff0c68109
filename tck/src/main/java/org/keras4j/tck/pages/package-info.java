/** Pages of the documentation that are made from the code. */
@NullMarked
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
package org.keras4j.tck.pages;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
