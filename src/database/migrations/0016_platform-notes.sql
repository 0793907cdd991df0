CREATE TABLE "platform_notes" (
	"platform" text NOT NULL,
	"kind" text NOT NULL,
	"key" text NOT NULL,
	"person_id" text,
	"noted_at" timestamp with time zone NOT NULL,
	"value" text NOT NULL,
	CONSTRAINT "platform_notes_platform_kind_key_pk" PRIMARY KEY("platform","kind","key")
);
--> statement-breakpoint
CREATE INDEX "platform_notes_person" ON "platform_notes" USING btree ("platform","person_id","kind");