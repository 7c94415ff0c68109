/** What changes characters before a text is split. */
@NullMarked
@API(status = API.Status.INTERNAL, since = "0.1")
package org.keras4j.text.internal.normalizer;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
