import sharp from 'sharp';

// Strangers' bytes meet three decoders only in this process; libvips knows dozens.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: ['VipsForeignLoadJpeg', 'VipsForeignLoadPng', 'VipsForeignLoadWebp'] });
sharp.cache(false);
sharp.concurrency(1);

/** These settings are process-wide: whoever looks at strangers' pictures takes it from here. */
export { sharp };
