/** What makes text of tokens. */
@NullMarked
@API(status = API.Status.INTERNAL, since = "0.1")
package org.keras4j.text.internal.decoder;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
