/** What Java adds to a call, piece by piece, measured by JMH. */
@NullMarked
package org.keras4j.benchmarks.micro;

import org.jspecify.annotations.NullMarked;
