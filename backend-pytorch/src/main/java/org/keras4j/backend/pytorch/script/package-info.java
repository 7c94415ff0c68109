/** The text of a TorchScript function and what is known of its variables. Internal. */
@NullMarked
@API(status = API.Status.INTERNAL, since = "0.1")
package org.keras4j.backend.pytorch.script;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
