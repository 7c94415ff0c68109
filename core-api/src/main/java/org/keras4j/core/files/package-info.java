/** Files of the internet, kept on this machine. */
@NullMarked
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
package org.keras4j.core.files;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
