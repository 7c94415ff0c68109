/** The functions of {@code keras.ops.core} on tensors: conversions, slices, scatters. */
@NullMarked
@API(status = API.Status.INTERNAL, since = "0.1")
package org.keras4j.ops.internal.core;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
