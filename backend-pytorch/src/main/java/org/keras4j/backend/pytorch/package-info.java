/** The PyTorch backend: libtorch through its JavaCPP preset. {@code PyTorch} is the public part. */
@NullMarked
package org.keras4j.backend.pytorch;

import org.jspecify.annotations.NullMarked;
