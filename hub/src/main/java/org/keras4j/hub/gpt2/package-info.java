/** GPT-2. */
@NullMarked
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
package org.keras4j.hub.gpt2;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
