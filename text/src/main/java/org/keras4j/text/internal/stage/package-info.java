/** The stages of a tokenizer, and the texts and tokens that pass through them. */
@NullMarked
@API(status = API.Status.INTERNAL, since = "0.1")
package org.keras4j.text.internal.stage;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
