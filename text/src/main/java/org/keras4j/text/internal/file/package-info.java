/** Readers of the files that hold tokenizers. */
@NullMarked
@API(status = API.Status.INTERNAL, since = "0.1")
package org.keras4j.text.internal.file;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
