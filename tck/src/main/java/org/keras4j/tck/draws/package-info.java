/** Random arguments for every function of {@code keras.ops}, {@code keras.random} and {@code keras.activations}. */
@org.jspecify.annotations.NullMarked
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
package org.keras4j.tck.draws;

import org.apiguardian.api.API;
