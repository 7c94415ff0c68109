/** Internal: the outputs of a model, and the losses and metrics that {@code compile} was given, matched with them. */
@NullMarked
@API(status = API.Status.INTERNAL, since = "0.1")
package org.keras4j.training.internal.outputs;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
