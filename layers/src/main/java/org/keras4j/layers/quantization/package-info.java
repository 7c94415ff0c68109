/** Weights of layers as integers of eight or four bits: how they are made, and computed with. */
@org.jspecify.annotations.NullMarked
@API(status = API.Status.MAINTAINED, since = "0.1")
package org.keras4j.layers.quantization;

import org.apiguardian.api.API;
