/** Samplers: from random words to numbers of a distribution. */
@NullMarked
package org.keras4j.ops.internal.random;

import org.jspecify.annotations.NullMarked;
