/**
 * The conformance kit: replays recorded calls of Keras on a backend, eagerly, symbolically and
 * compiled, with gradients.
 */
@org.jspecify.annotations.NullMarked
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
package org.keras4j.tck;

import org.apiguardian.api.API;
