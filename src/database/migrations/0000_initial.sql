CREATE TABLE "jobs" (
	"id" text PRIMARY KEY NOT NULL,
	"sequence" bigserial NOT NULL,
	"name" text NOT NULL,
	"data" jsonb NOT NULL,
	"title" text NOT NULL,
	"platform" text NOT NULL,
	"person_id" text NOT NULL,
	"person_name" text NOT NULL,
	"locale" text NOT NULL,
	"place" jsonb NOT NULL,
	"message" jsonb,
	"round" integer NOT NULL,
	"state" text NOT NULL,
	"cancel_requested" boolean DEFAULT false NOT NULL,
	"outcome" jsonb,
	"delivery_attempts" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"settled_at" timestamp with time zone,
	"delivered_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "people" (
	"platform" text NOT NULL,
	"id" text NOT NULL,
	"locale" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "people_platform_id_pk" PRIMARY KEY("platform","id")
);
--> statement-breakpoint
CREATE TABLE "pets" (
	"id" text PRIMARY KEY NOT NULL,
	"platform" text NOT NULL,
	"person_id" text NOT NULL,
	"name" text NOT NULL,
	"name_key" text NOT NULL,
	"class_name" text NOT NULL,
	"lora" text NOT NULL,
	"photos" jsonb NOT NULL,
	"previews" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE INDEX "jobs_state_turn" ON "jobs" USING btree ("state","round","sequence");--> statement-breakpoint
CREATE INDEX "jobs_person" ON "jobs" USING btree ("platform","person_id","state");--> statement-breakpoint
CREATE UNIQUE INDEX "pets_owner_name" ON "pets" USING btree ("platform","person_id","name_key");