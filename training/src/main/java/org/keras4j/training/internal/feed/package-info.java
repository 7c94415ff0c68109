/** Internal: how batches come from what was given to {@code fit} to the steps: sources, the thread that reads ahead, groups of steps. */
@NullMarked
@API(status = API.Status.INTERNAL, since = "0.1")
package org.keras4j.training.internal.feed;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
