/** A page in the browser that shows a training while it runs. */
@NullMarked
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
package org.keras4j.page;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
