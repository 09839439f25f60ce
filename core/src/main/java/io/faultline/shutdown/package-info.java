/** How a service ends when it is told to: what is under way at the signal, how and when its process ended, what was lost. */
@NullMarked
package io.faultline.shutdown;

import org.jspecify.annotations.NullMarked;
