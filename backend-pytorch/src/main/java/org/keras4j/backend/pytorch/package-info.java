/** The PyTorch backend: libtorch through its JavaCPP preset. {@code PyTorch} is the public part. */
@NullMarked
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
package org.keras4j.backend.pytorch;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
